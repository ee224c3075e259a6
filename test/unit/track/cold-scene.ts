// What one list tells of a pod and its events -> a scene that starts with it.
import { aContainer, aPod, backOff, Scene } from './scene.ts';

export interface Listed {
  readonly type: 'pulling' | 'pullFailed' | 'backOff';
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly uid?: string;
  readonly image?: string;
  readonly container?: string;
  readonly message?: string;
}

/** Started cold at 1000: one pod in this state, and these events. */
export function started(
  state: ReturnType<typeof backOff>,
  events: readonly Listed[],
  {
    eventsFirst = false,
    ...fields
  }: Partial<ReturnType<typeof aPod>> & { eventsFirst?: boolean } = {},
): Scene {
  const scene = new Scene();
  const list = () => {
    for (const { type, first, last, message = 'not found', ...fields } of events) {
      const fact = type === 'pullFailed' ? { type, message } : { type };
      scene.event(1000, fact, { firstAt: first, lastAt: last, uid: type, ...fields, listed: true });
    }
    scene.listed(1000, 'events');
  };
  if (eventsFirst) list();
  scene.pod(1000, { containers: [aContainer({ state })], ...fields });
  scene.listed(1000, 'pods', 'pod-1');
  if (!eventsFirst) list();
  return scene;
}
