// The Markdown of the text panels (headings, tables, code, links) -> HTML.

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

export function markdownToHtml(markdown: string): string {
  return markdown
    .split(/\n\n+(?=(?:[^`]|`(?!``)|```[^]*?```)*$)/)
    .map(block)
    .join('\n');
}

function block(text: string): string {
  const fence = /^```\w*\n([^]*?)\n?```\s*$/.exec(text);
  if (fence !== null) return `<pre>${escapeHtml(fence[1] ?? '')}</pre>`;
  const heading = /^(#{1,4}) (.*)$/.exec(text);
  if (heading !== null) return `<h4>${inline(heading[2] ?? '')}</h4>`;
  if (text.startsWith('|')) {
    const [head = '', , ...rows] = text.trim().split('\n');
    const cells = (line: string, tag: string): string =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`)
        .join('');
    return `<table><tr>${cells(head, 'th')}</tr>${rows
      .map((row) => `<tr>${cells(row, 'td')}</tr>`)
      .join('')}</table>`;
  }
  return `<p>${inline(text)}</p>`;
}

function inline(text: string): string {
  return escapeHtml(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '<a>$1</a>');
}
