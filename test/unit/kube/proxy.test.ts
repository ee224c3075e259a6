import { expect, test } from 'vitest';
import { proxyFor } from '../../../src/kube/proxy.ts';

const https = 'http://proxy.example:3128/';

test.each([
  { server: 'https://k8s.example', environment: {}, proxy: undefined },
  { server: 'https://k8s.example', environment: { HTTPS_PROXY: https }, proxy: https },
  { server: 'https://k8s.example', environment: { https_proxy: https }, proxy: https },
  { server: 'https://k8s.example', environment: { HTTP_PROXY: https }, proxy: undefined },
  { server: 'http://k8s.example', environment: { HTTP_PROXY: https }, proxy: https },
  {
    server: 'https://k8s.example',
    environment: { HTTPS_PROXY: 'proxy.example:3128' },
    proxy: https,
  },
  {
    server: 'https://k8s.example',
    environment: { HTTPS_PROXY: 'socks5://proxy.example:1080' },
    proxy: 'socks5://proxy.example:1080',
  },
  { server: 'https://localhost:6443', environment: { HTTPS_PROXY: https }, proxy: undefined },
  { server: 'https://127.0.0.2:6443', environment: { HTTPS_PROXY: https }, proxy: undefined },
  { server: 'https://[::1]:6443', environment: { HTTPS_PROXY: https }, proxy: undefined },
])('$server with $environment goes by $proxy', ({ server, environment, proxy }) => {
  expect(proxyFor(new URL(server), undefined, environment)?.href).toBe(proxy);
});

test.each([
  { server: 'https://10.96.0.1', noProxy: '10.0.0.0/8,.svc', direct: true },
  { server: 'https://11.96.0.1', noProxy: '10.0.0.0/8,.svc', direct: false },
  { server: 'https://[fd00::1]', noProxy: 'fd00::/8', direct: true },
  { server: 'https://[fe00::1]', noProxy: 'fd00::/8', direct: false },
  { server: 'https://10.96.0.1', noProxy: '10.96.0.1', direct: true },
  { server: 'https://10.96.0.1:6443', noProxy: '10.96.0.1:6443', direct: true },
  { server: 'https://10.96.0.1:6443', noProxy: '10.96.0.1:443', direct: false },
  { server: 'https://kubernetes.default.svc', noProxy: '.svc', direct: true },
  { server: 'https://svc', noProxy: '.svc', direct: false },
  { server: 'https://svc', noProxy: 'svc', direct: true },
  { server: 'https://a.svc', noProxy: 'svc', direct: true },
  { server: 'https://asvc', noProxy: 'svc', direct: false },
  { server: 'https://a.b.example', noProxy: '*.example', direct: true },
  { server: 'https://K8S.Example', noProxy: ' k8s.EXAMPLE ', direct: true },
  { server: 'https://k8s.example', noProxy: 'other.example, k8s.example', direct: true },
  { server: 'https://k8s.example:6443', noProxy: 'k8s.example:6443', direct: true },
  { server: 'https://[fd00::1]:6443', noProxy: '[fd00::1]:6443', direct: true },
  { server: 'https://[fd00::1]', noProxy: 'fd00::1', direct: true },
  { server: 'https://k8s.example', noProxy: '*', direct: true },
  { server: 'https://k8s.example', noProxy: ',,', direct: false },
  { server: 'https://10.1.1.1', noProxy: '10.0.0.0/99,10.0.0.0/x,/8', direct: false },
])('$server with NO_PROXY=$noProxy: direct $direct', ({ server, noProxy, direct }) => {
  const proxy = proxyFor(new URL(server), undefined, { HTTPS_PROXY: https, NO_PROXY: noProxy });

  expect(proxy === undefined).toBe(direct);
});

test('the proxy-url of the kubeconfig is above the environment', () => {
  const environment = { HTTPS_PROXY: https, NO_PROXY: '*' };

  expect(proxyFor(new URL('https://k8s.example'), 'http://other:1', environment)?.href).toBe(
    'http://other:1/',
  );
});
