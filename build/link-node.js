// After `npm ci`: node_modules/.bin/node, the Node.js that npm scripts run on. npm 10 and older remove that
// link together with the packages for other platforms, which name the same program.
import { existsSync, readdirSync, symlinkSync } from 'node:fs';

const link = 'node_modules/.bin/node';
const own = readdirSync('node_modules').find((name) => existsSync(`node_modules/${name}/bin/node`));
if (own !== undefined && !existsSync(link) && process.platform !== 'win32') {
  symlinkSync(`../${own}/bin/node`, link);
}
