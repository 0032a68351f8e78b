/** The reference: a proxy that does nothing but pipe. */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';

/** Where it listens. */
export async function startPipe(upstream: string): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  const { port } = new URL(upstream);
  const server = createServer((incoming, response) => {
    const { url: path, method, headers } = incoming;
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
}
