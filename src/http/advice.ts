// The catalogue's prose about a cause -> HTML, with the names of one failing container put into its
// commands, ready to be copied.
import { parseImageReference } from '../observe/image-reference.ts';
import type { FailingContainer } from '../track/states.ts';
import { type Html, markup } from './html.ts';

/** In the prose, commands and names stand between backticks, and `<pod>` for the reader's own pod. */
export function adviceHtml(prose: string, example: FailingContainer): readonly Html[] {
  return prose
    .split('`')
    .map((part, index) =>
      index % 2 === 0 ? markup`${part}` : markup`<code>${fillIn(part, example)}</code>`,
    );
}

/** `<pod>` and the like become the example's own names, where a shell takes them for one word. */
export function fillIn(command: string, example: FailingContainer): string {
  const host = example.verdict.endpoint || example.registry;
  const [hostName = ''] = host.split(/:\d+$/);
  const values: Readonly<Record<string, string>> = {
    namespace: example.namespace,
    pod: example.pod,
    node: example.node,
    image: example.image,
    registry: example.registry,
    repository: parseImageReference(example.image).repository,
    'https://<host>': `https://${host}`,
    'http://<host>': `http://${host}`,
    '<host>:443': hostName === host ? `${host}:443` : host,
    host: hostName,
  };
  return command.replaceAll(
    /(https?:\/\/<host>|<host>:443)|<(namespace|pod|node|image|registry|repository|host)>/g,
    (placeholder, withHost: string | undefined, name: string | undefined) => {
      const value = values[withHost ?? name ?? ''] ?? '';
      // What a shell would take for more than a word is left to the reader.
      return /^[\w./:@-]+$/.test(value) ? value : placeholder;
    },
  );
}
