/** The reference pipe in a process of its own, so that its CPU and memory are its own: `serve.ts pipe URL`. */
import { startPipe } from './pipe.js';

const [, upstream = ''] = process.argv.slice(2);
console.log(JSON.stringify({ url: await startPipe(upstream), pid: process.pid }));
