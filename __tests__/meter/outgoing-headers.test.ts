import { describe, expect, test } from '@jest/globals';
import { type HeaderPolicy, outgoingHeaders } from '../../src/meter/outgoing-headers.js';

const credentials = { token: 'sk-run-token', key: 'sk-real-key' };
const dropped = new Set(['host']);
const policy: HeaderPolicy = {
  added: ['x-gateway-metadata', '{"team":"platform"}'],
  withholds: (name) => name.startsWith('x-gateway-'),
};

function leaving(raw: readonly string[], from: HeaderPolicy | undefined) {
  const withheld: string[] = [];
  const services = { credentials, noteWithheld: (name: string) => void withheld.push(name) };
  return { headers: outgoingHeaders(services, { raw, dropped, policy: from }), withheld };
}

describe('a request leaves', () => {
  test.each(['X-HTTP-Method-Override', 'X-Original-URL', 'x-rewrite-url', 'X-Forwarded-Prefix'])(
    'without %s, by which another one would be served',
    (name) => {
      expect(leaving([name, '/key/generate', 'a', 'b'], undefined).headers).toEqual(['a', 'b']);
    },
  );

  test('with its own headers in their order and form, and the key in place of the token', () => {
    const raw = ['Host', 'meter', 'Authorization', 'Bearer sk-run-token', 'X-Mine', 'a', 'x-mine', 'b'];
    expect(leaving(raw, undefined)).toEqual({
      headers: ['Authorization', 'Bearer sk-real-key', 'X-Mine', 'a', 'x-mine', 'b'],
      withheld: [],
    });
  });

  test('without what ends at this hop, named or not, and without other credentials', () => {
    const raw = [
      'Connection',
      'close, X-Hop',
      'x-hop',
      '1',
      'TE',
      'trailers',
      'x-api-key',
      'sk-own',
      'a',
      'b',
    ];
    expect(leaving(raw, undefined).headers).toEqual(['a', 'b']);
  });

  test('with what the run says, once, whatever the client says under these names', () => {
    const raw = [
      'X-Gateway-Metadata',
      '{"team":"other"}',
      'x-gateway-config',
      'c',
      'x-mine',
      'a',
      'x-gateway-config',
      'd',
    ];
    expect(leaving(raw, policy)).toEqual({
      headers: ['x-mine', 'a', 'x-gateway-metadata', '{"team":"platform"}'],
      withheld: ['x-gateway-metadata', 'x-gateway-config', 'x-gateway-config'],
    });
  });

  test('with it also where the client names it as ending at this hop', () => {
    const raw = ['connection', 'x-gateway-metadata', 'x-gateway-metadata', 'forged'];
    expect(leaving(raw, policy).headers).toEqual(['x-gateway-metadata', '{"team":"platform"}']);
  });

  test('of a bare request with it alone', () => {
    expect(leaving([], policy).headers).toEqual(policy.added);
  });
});
