// The version of this build: package.json in a checkout, fixed by the bundler in a release.
import packageFile from '../package.json' with { type: 'json' };

export const version: string = packageFile.version;

/** Commit that was built; 'unknown' in a checkout. */
export const revision: string = process.env['IMAGEPULL_BUILD_REVISION'] ?? 'unknown';
