// Numbers -> texts, as Grafana writes the units that the panels use.

export function formatValue(value: number | null, unit: string, decimals?: number): string {
  if (value === null || Number.isNaN(value)) return '';
  switch (unit) {
    case 's':
      return formatSeconds(value, decimals);
    case 'percentunit':
      return `${fixed(value * 100, decimals ?? (value < 0.1 ? 1 : 0))} %`;
    case 'ops':
      return `${fixed(value, decimals ?? (Math.abs(value) < 0.1 ? 3 : 2))} ops/s`;
    case 'bytes':
      return formatBytes(value);
    default:
      return fixed(value, decimals ?? 2);
  }
}

function formatSeconds(value: number, decimals?: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) return `${fixed(value * 1e6, decimals ?? 1)} µs`;
  if (size > 0 && size < 1) return `${fixed(value * 1000, decimals ?? 1)} ms`;
  if (size < 60) return `${fixed(value, decimals ?? 1)} s`;
  if (size < 3600) return `${fixed(value / 60, decimals ?? 1)} min`;
  if (size < 86_400) return `${fixed(value / 3600, decimals ?? 1)} hour`;
  return `${fixed(value / 86_400, decimals ?? 1)} day`;
}

function formatBytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return `${fixed(value / 1024 ** power, 0)} ${units[power]}`;
}

function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-?0(\.0*)?$/.test(text) ? '0' : text;
}
