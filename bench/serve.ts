/** A contender in a process of its own, so that its CPU and memory are its own: `serve.ts upstream | pipe URL`. */
import { startPipe, startUpstream } from './loads.js';

const [kind, upstream = ''] = process.argv.slice(2);
const { url } = kind === 'pipe' ? await startPipe(upstream) : await startUpstream();
console.log(JSON.stringify({ url, pid: process.pid }));
