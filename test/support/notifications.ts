// The generated Alertmanager configuration with a webhook behind each receiver -> who was notified of what.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parse, stringify } from 'yaml';

type Texts = Readonly<Record<string, string>>;

export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Texts;
    readonly annotations: Texts;
  }[];
  /** Epoch ms. */
  readonly receivedAt: number;
}

export interface Webhook {
  readonly notifications: readonly Notification[];
  /** The configuration as a user completes it: receivers that nobody listens to stay as they are. */
  readonly completed: (alertmanagerConfig: string) => string;
  readonly close: () => Promise<void>;
}

const nobody = 'imagepull-nobody';

export async function startWebhook(): Promise<Webhook> {
  const notifications: Notification[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const notification = JSON.parse(await text(request)) as Notification;
    notifications.push({ ...notification, receivedAt: Date.now() });
    response.end();
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    notifications,
    completed: (alertmanagerConfig) => {
      const config = parse(alertmanagerConfig) as {
        readonly receivers: readonly { readonly name: string }[];
      };
      const receivers = config.receivers.map((receiver) =>
        receiver.name === nobody
          ? receiver
          : { ...receiver, webhook_configs: [{ url: `http://127.0.0.1:${port}/` }] },
      );
      return stringify({ ...config, receivers });
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Where a group ends all at once Alertmanager names what it had muted, too: that is left out. */
export function notifications(
  webhook: Webhook,
  status: Notification['status'],
): readonly Notification[] {
  const known = new Set<string>();
  return webhook.notifications
    .map((one) => {
      const alerts = one.alerts.filter((alert) => alert.status === one.status);
      if (one.status === 'firing') for (const alert of alerts) known.add(alertInWords(alert));
      return { ...one, alerts: alerts.filter((alert) => known.has(alertInWords(alert))) };
    })
    .filter((one) => one.status === status);
}

/** `platform: NodeFailing worker-1` */
export function inWords({ receiver, alerts }: Notification): string {
  return `${receiver.replace('imagepull-', '')}: ${alerts.map(alertInWords).sort().join(', ')}`;
}

type Alert = Notification['alerts'][number];

function alertInWords({ labels }: Alert): string {
  return `${labels['alertname']} ${subject({ labels })}`.replace('ImagePull', '');
}

/** What an alert is about. */
export function subject({ labels }: Pick<Alert, 'labels'>): string {
  return labels['namespace'] ?? labels['registry'] ?? labels['node'] ?? '';
}
