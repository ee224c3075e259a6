// The generated Alertmanager configuration with a webhook behind each receiver -> who was notified of what.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parse, stringify } from 'yaml';

type Labels = Readonly<Record<string, string>>;

export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly { readonly status: 'firing' | 'resolved'; readonly labels: Labels }[];
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
