// When the waiting reason of real containers changed, from a recording of a real cluster (kubelet
// 1.36.3, containerd 2.4.2, its first 26 minutes): ErrImagePull from the first second on,
// ImagePullBackOff from the second, and so on in turns.

import type { Cause } from '../../src/classify/causes.ts';

export interface RecordedWait {
  readonly pod: string;
  readonly cause: Cause;
  /** Seconds since the recording began. */
  readonly changes: readonly number[];
}

export const recordedWaits: readonly RecordedWait[] = [
  {
    pod: 'manifest-unknown',
    cause: 'image_not_found',
    changes: [
      1.5, 12.7, 23.7, 37.7, 49.7, 63.7, 89.7, 100.7, 175.7, 190.8, 339.7, 350.7, 648.7, 659.7,
      951.7, 966.7, 1255.7, 1270.7, 1554.7,
    ],
  },
  {
    pod: 'name-unknown',
    cause: 'image_not_found',
    changes: [
      2.5, 13.7, 25.7, 39.7, 50.7, 61.7, 99.7, 110.7, 193.7, 206.7, 357.8, 371.7, 658.7, 670.7,
      962.7, 977.7, 1270.7, 1285.8,
    ],
  },
  {
    pod: 'digest-missing',
    cause: 'image_not_found',
    changes: [
      3.5, 18.7, 30.7, 43.7, 54.7, 65.7, 104.7, 119.7, 197.7, 212.7, 360.7, 374.7, 668.7, 683.7,
      978.7, 993.7, 1280.7, 1293.7,
    ],
  },
  {
    pod: 'config-404',
    cause: 'content_missing',
    changes: [
      38.6, 50.7, 64.7, 76.7, 92.7, 106.7, 134.8, 145.7, 224.7, 237.7, 393.7, 406.7, 706.7, 719.7,
      1009.7, 1020.7, 1324.7, 1335.7,
    ],
  },
  {
    pod: 'conn-refused',
    cause: 'connection_refused',
    changes: [
      63.8, 77.7, 92.7, 107.7, 120.7, 132.7, 172.7, 187.8, 263.7, 276.7, 438.7, 453.7, 746.7, 757.7,
      1056.7, 1069.7, 1359.7, 1372.7,
    ],
  },
  {
    pod: 'dns-nxdomain',
    cause: 'dns_failure',
    changes: [
      70.8, 81.7, 96.7, 109.7, 122.7, 136.7, 175.7, 188.8, 268.7, 280.7, 430.7, 444.7, 742.7, 754.7,
      1053.7, 1066.7, 1362.7, 1373.7,
    ],
  },
  {
    pod: 'dns-servfail',
    cause: 'dns_failure',
    changes: [
      71.8, 83.7, 95.7, 110.8, 123.7, 134.7, 171.8, 185.7, 255.7, 267.7, 427.7, 441.7, 727.7, 740.7,
      1039.7, 1054.7, 1352.7, 1364.7,
    ],
  },
  {
    pod: 'http-403-html',
    cause: 'forbidden',
    changes: [
      16.5, 30.7, 41.7, 53.7, 68.7, 81.7, 118.8, 130.7, 213.7, 226.7, 378.7, 392.7, 684.7, 695.8,
      990.7, 1005.7, 1305.7, 1317.7,
    ],
  },
  {
    pod: 'http-429',
    cause: 'rate_limited',
    changes: [
      18.5, 28.7, 40.7, 52.7, 64.7, 79.7, 116.7, 129.7, 205.7, 216.8, 367.8, 379.7, 673.7, 688.9,
      980.7, 992.7, 1288.7, 1303.7,
    ],
  },
  {
    pod: 'http-500',
    cause: 'registry_error',
    changes: [
      25.6, 36.7, 51.7, 62.7, 73.7, 86.7, 128.7, 142.7, 218.7, 233.7, 390.7, 403.7, 706.7, 721.7,
      1003.7, 1016.7, 1308.8, 1321.7,
    ],
  },
  {
    pod: 'http-503',
    cause: 'registry_unavailable',
    changes: [
      27.6, 41.7, 52.7, 67.7, 83.7, 94.7, 121.7, 133.7, 203.3, 216.8, 369.7, 384.7, 680.7, 691.7,
      982.7, 997.7, 1288.7, 1302.7,
    ],
  },
  {
    pod: 'net-unreach',
    cause: 'network_unreachable',
    changes: [
      67.8, 82.7, 96.7, 107.7, 119.7, 134.7, 170.7, 181.7, 258.7, 271.7, 429.7, 444.7, 733.7, 747.7,
      1041.7, 1055.7, 1344.7, 1355.7,
    ],
  },
  {
    pod: 'schema1',
    cause: 'unsupported_manifest',
    changes: [
      47.7, 58.7, 70.7, 83.7, 98.7, 109.8, 146.7, 159.7, 236.7, 249.7, 408.7, 423.7, 715.7, 729.7,
      1017.7, 1031.7, 1331.7, 1342.7,
    ],
  },
  {
    pod: 'secret-missing',
    cause: 'pull_secret_missing',
    changes: [
      101.0, 114.7, 125.7, 139.8, 151.8, 166.7, 208.7, 223.7, 289.7, 303.9, 458.7, 473.9, 759.7,
      774.7, 1069.7, 1098.0, 1373.7, 1386.7,
    ],
  },
  {
    pod: 'quay-401',
    cause: 'unauthorized',
    changes: [
      88.9, 100.7, 115.7, 130.7, 143.8, 156.7, 195.7, 210.7, 287.7, 298.7, 463.7, 475.7, 763.7,
      777.7, 1078.7, 1098.1, 1387.7, 1401.7,
    ],
  },
  {
    pod: 'tls-selfsigned',
    cause: 'tls_untrusted',
    changes: [
      56.8, 69.7, 84.7, 95.7, 109.7, 121.7, 160.7, 175.7, 245.7, 261.7, 408.7, 422.7, 712.7, 723.7,
      1020.7, 1035.7, 1333.7, 1345.7,
    ],
  },
  {
    pod: 'tls-wronghost',
    cause: 'tls_untrusted',
    changes: [
      58.8, 70.7, 84.7, 95.7, 108.7, 120.7, 164.7, 176.8, 256.7, 268.7, 421.7, 434.7, 728.7, 741.7,
      1043.7, 1055.7, 1356.7, 1367.7,
    ],
  },
  {
    pod: 'token-503',
    cause: 'registry_unavailable',
    changes: [
      9.5, 20.7, 33.7, 45.7, 59.7, 73.7, 99.8, 110.7, 192.7, 203.8, 348.7, 361.7, 654.7, 666.7,
      970.7, 981.8, 1273.7, 1284.7,
    ],
  },
  {
    pod: 'dns-refused',
    cause: 'dns_failure',
    changes: [
      73.8, 85.7, 100.7, 114.7, 129.8, 143.8, 169.7, 181.7, 252.7, 266.7, 424.7, 439.7, 728.7,
      739.7, 1033.7, 1046.7, 1338.7, 1353.7,
    ],
  },
  {
    pod: 'signature',
    cause: 'signature_rejected',
    changes: [
      108.0, 122.7, 135.7, 149.7, 164.7, 176.8, 218.7, 233.7, 311.7, 325.7, 480.7, 493.7, 785.7,
      796.7, 1098.0, 1098.9, 1395.7, 1409.7,
    ],
  },
];
