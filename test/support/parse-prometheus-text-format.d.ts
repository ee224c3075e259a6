// The part of the package that the contract test uses; it has no types of its own.
declare module 'parse-prometheus-text-format' {
  interface ParsedFamily {
    readonly name: string;
    readonly type: string;
    readonly metrics: readonly {
      readonly labels?: Readonly<Record<string, string>>;
      readonly value?: string;
    }[];
  }
  function parsePrometheusTextFormat(text: string): readonly ParsedFamily[];
  export = parsePrometheusTextFormat;
}
