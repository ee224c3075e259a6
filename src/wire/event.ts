// The fields of a core/v1 Event, those of the events.k8s.io style among them -> the projected Event.
import type { Event } from './objects.ts';

export interface EventFields extends Event {
  readonly name: string;
  readonly eventTime: number | undefined;
  readonly series: { readonly count: number; readonly lastObservedTime: number | undefined };
  readonly reportingComponent: string;
  readonly reportingInstance: string;
}

/**
 * A recorder of the newer API leaves count, timestamps and source empty and fills eventTime, series
 * and reporting... instead. Undefined for an object without uid or name.
 */
export function eventOf(fields: EventFields): Event | undefined {
  const { name, eventTime, series, reportingComponent, reportingInstance, ...event } = fields;
  if (event.uid === '' || name === '') return undefined;
  return {
    ...event,
    source: {
      component: event.source.component || reportingComponent,
      host: event.source.host || reportingInstance,
    },
    count: event.count || series.count || (eventTime === undefined ? 0 : 1),
    firstTimestamp: event.firstTimestamp ?? eventTime,
    lastTimestamp: event.lastTimestamp ?? series.lastObservedTime ?? eventTime,
  };
}
