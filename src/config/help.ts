// A command and its options -> the text of --help.
import { environmentName } from './command-line.ts';
import type { Option, Options } from './option.ts';

/** A name that flags take as part of their value, and what it stands for. */
export type Term = readonly [name: string, text: string];

export interface CommandDescription {
  readonly name: string;
  /** What it does, one line. */
  readonly summary: string;
  /** After the command's name in the usage line. */
  readonly usage: string;
  readonly options: Options;
  /** Lines that begin with a command to copy. */
  readonly examples: readonly string[];
  /** Anything that the options do not say. */
  readonly notes?: string;
  /** By title. */
  readonly terms?: () => Readonly<Record<string, readonly Term[]>>;
}

const helpOption = { name: 'help', short: 'h', value: '', help: 'Print this text.' };

/** Grouped in the order in which the groups first appear; lines of at most `width` characters. */
export function commandHelp(command: CommandDescription, width: number): string {
  const parts = [
    `Usage: imagepull-exporter ${command.name} ${command.usage}`.trimEnd(),
    wrap(command.summary, width, ''),
  ];
  const options = Object.values(command.options);
  const heads = new Map(options.map((option) => [option, head(option)]));
  const column = Math.min(
    34,
    Math.max(...[...heads.values(), head(helpOption)].map((h) => h.length)) + 4,
  );
  for (const group of new Set(options.map((option) => option.group))) {
    const lines = options
      .filter((option) => option.group === group)
      .map((option) => entry(heads.get(option) ?? '', description(option), column, width));
    parts.push(`${group}:\n${lines.join('\n')}`);
  }
  parts.push(entry(head(helpOption), helpOption.help, column, width));
  for (const [title, terms] of Object.entries(command.terms?.() ?? {})) {
    const lines = terms.map(([name, text]) => entry(`  ${name}`, text, column, width));
    parts.push(`${title}:\n${lines.join('\n')}`);
  }
  if (command.notes !== undefined) parts.push(wrap(command.notes, width, ''));
  if (options.length > 0) {
    const example = options.find((option) => option.name.includes('.')) ?? options[0];
    parts.push(
      wrap(
        `Each flag is also an environment variable: --${example?.name} is ${environmentName(example?.name ?? '')}.`,
        width,
        '',
      ),
    );
  }
  parts.push(`Examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

function head(option: Pick<Option<unknown>, 'name' | 'short' | 'value'>): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  return `  ${short}--${option.name}${option.value === '' ? '' : ` ${option.value}`}`;
}

function description(option: Option<unknown>): string {
  const notes = [
    ...(option.repeatable ? ['repeatable'] : []),
    ...(option.defaultText === '' ? [] : [`default ${option.defaultText}`]),
  ];
  return notes.length === 0 ? option.help : `${option.help} (${notes.join('; ')})`;
}

function entry(left: string, right: string, column: number, width: number): string {
  const indent = ' '.repeat(column);
  const text = wrap(right, width, indent);
  return left.length + 2 > column ? `${left}\n${indent}${text}` : `${left.padEnd(column)}${text}`;
}

/** The first line is not indented: it follows what stands before it. */
function wrap(words: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}
