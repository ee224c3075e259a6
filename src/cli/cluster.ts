// The flags that name a cluster -> a connection to it, or a UsageError.
import { UsageError } from '../config/option.ts';
import { type Connection, openConnection } from '../kube/connection.ts';
import { KubeError } from '../kube/kube-error.ts';

export function connect(
  flags: { readonly kubeconfig: string | undefined; readonly context: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): Connection {
  try {
    return openConnection({ ...flags, environment });
  } catch (error) {
    if (error instanceof KubeError && error.code === 'config') {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}
