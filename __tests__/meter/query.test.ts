import { describe, expect, test } from '@jest/globals';
import { steeringIn, withoutMasks, withoutMethods } from '../../src/meter/query.js';

describe('what would keep the usage of an answer from the meter stays out of a query', () => {
  // Google's system parameters: https://docs.cloud.google.com/apis/docs/system-parameters
  test.each([
    'fields=candidates',
    '$fields=candidates',
    '%24fields=candidates',
    '%66ields=candidates',
    'FIELDS=x',
    'f%49elds=x',
    '+fields=x',
    'fields%20=x',
    '%2566ields=x',
    '%2524fields=x',
    'fields[]=x',
    'fields%5B0%5D=x',
    'fields',
    'a%26fields=x',
    'a=1%26%66ields=x',
    'a%3Bfields=x',
    'callback=f',
    '$callback=f',
    'alt=proto',
    '$alt=media',
    '%61lt=pr%6fto',
    '$ct=text/plain',
    '$httpMethod=GET',
    '_method=GET',
  ])('%s', (part) => {
    expect(withoutMasks(`?${part}`)).toBe('');
    expect(withoutMasks(`?alt=sse&${part}&key=%2e`)).toBe('?alt=sse&key=%2e');
    expect(withoutMasks(`?alt=sse;${part}`)).toBe('?alt=sse');
  });

  test.each([
    '',
    '?',
    '?beta=true',
    '?alt=sse',
    '?$alt=json&alt=SSE',
    '?api-version=2024-10-21',
    '?q=%zz&x=fields&myfields=1&fieldset=a;b',
    '?alt=sse&key=a%2Bb+c&prettyPrint=false&$.xgafv=2',
  ])('%j stays as it is', (query) => {
    expect(withoutMasks(query)).toBe(query);
  });
});

test('a request that the meter only passes on keeps its fields, and stays of its own method', () => {
  expect(withoutMethods('?fields=a&%24httpMethod=POST&pageSize=3')).toBe('?fields=a&pageSize=3');
  expect(withoutMethods('?fields=a')).toBe('?fields=a');
});

test.each([
  ['?model=m', 'model'],
  ['?alt=sse&%6Dodel=m', 'model'],
  ['?a=1;MODELS[]=m', 'models'],
  ['?fallbacks=', 'fallbacks'],
  ['?alt=sse&key=model', undefined],
  ['?beta=true', undefined],
  ['', undefined],
])('%j would have another call made by `%s`', (query, name) => {
  expect(steeringIn(query)).toBe(name);
});
