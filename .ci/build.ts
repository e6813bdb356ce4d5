/** Bundles the Function App into dist/, with a source map. */
import { bundle } from './bundle.ts';

await bundle('dist', { sourcemap: true });
