// A generated file, before it is written or compared.

export interface GeneratedFile {
  /** Without a folder: whoever writes it knows where to. */
  readonly name: string;
  readonly content: string;
}
