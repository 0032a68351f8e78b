/**
 * What the meter costs. Every figure is a ratio to a reference of the same run: a bare `node:http` pipe, nginx and Portkey
 * where they are installed, `node -e 0`. Rounds are interleaved, medians are taken. Nothing here is a test: machines differ.
 *
 *   npm run bench [-- --only proxy,start,pairs]      PORTKEY_DIR=… names a folder with `@portkey-ai/gateway` installed
 */
import { parseArgs } from 'node:util';
import {
  type Contender,
  pinSelf,
  startBackgroundMeter,
  startMeter,
  startNginx,
  startPipe,
  startPortkey,
} from './contenders.js';
import { benchPairs } from './pairs.js';
import { benchProxy } from './proxy.js';
import { startRawUpstream } from './raw-http.js';
import { benchStart } from './start.js';

const FIRST_PORT = 28_700;
const { values } = parseArgs({ options: { only: { type: 'string', default: 'proxy,start,pairs' } } });
const parts = new Set(values.only.split(','));

if (parts.has('proxy')) {
  pinSelf();
  const upstream = await startRawUpstream();
  const direct: Contender = {
    name: 'direct',
    url: upstream,
    pid: undefined,
    headers: [],
    stop: () => undefined,
  };
  const started = [
    await startPipe(upstream),
    await startMeter(upstream),
    await startBackgroundMeter(upstream),
    await startNginx(upstream, FIRST_PORT),
    await startPortkey(upstream, FIRST_PORT + 1),
  ];
  const contenders = started.filter((contender) => contender !== undefined);
  try {
    await benchProxy(direct, contenders);
  } finally {
    for (const { stop } of contenders) stop();
  }
}
if (parts.has('start')) benchStart();
if (parts.has('pairs')) await benchPairs();
process.exit(0);
