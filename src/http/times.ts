// Milliseconds -> words, on the server and, as the same source, in the browser's script: every function
// here stands alone.

/** `48 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds} s`;
  if (hours < 1) return `${minutes} min`;
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days > 9 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Counts down to the second; the kubelet follows within 16 s of the earliest time, so then it is `now`. */
export function countdownText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 0) return 'now';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `in ${seconds} s`;
  if (minutes >= 60) return `in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `in ${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
}
