// The script of the page: counts times on, and puts the new content in place of the old without a
// reload. The page works without it.
import { ageText, countdownText } from './times.ts';

/** Seconds between two looks; without a script the browser reloads the page half as often. */
export const refreshSeconds = 15;

export const script = `
const age = ${ageText.toString()};
const countdown = ${countdownText.toString()};
const content = () => document.getElementById('content');
let skew = Number(content().dataset.now) - Date.now();
const tick = () => {
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll('time[data-since]'))
    time.textContent = age(now - Number(time.dataset.since));
  for (const time of document.querySelectorAll('time[data-until]'))
    time.textContent = countdown(Number(time.dataset.until) - now);
};
const refresh = async () => {
  const lost = document.getElementById('lost');
  try {
    const answer = await fetch(location.pathname, { cache: 'no-store' });
    if (!answer.ok) throw new Error(answer.status);
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = next.getElementById('content');
    if (String(getSelection()) !== '') return;
    for (const { id, open } of content().querySelectorAll('details')) {
      const same = fresh.querySelector('#' + CSS.escape(id));
      if (same !== null) same.open = open;
    }
    const focused = document.activeElement?.closest('details')?.id;
    content().replaceWith(document.adoptNode(fresh));
    if (focused) document.getElementById(focused)?.querySelector('summary').focus({ preventScroll: true });
    document.title = next.title;
    skew = Number(content().dataset.now) - Date.now();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  tick();
};
setInterval(tick, 1000);
setInterval(() => { if (!document.hidden) refresh(); }, ${refreshSeconds * 1000});
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
`;
