import { describe, expect, test } from '@jest/globals';
import { agents } from '../../src/agents/index.js';
import { type RawInputs, readConfig } from '../../src/config/config.js';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import { configOf, ON_MAIN } from '../support/config.js';

const alertsOf = (inputs: RawInputs) => configOf({ mode: 'pre', ...inputs }).alerts;
const SLACK = 'https://hooks.slack.com/services/T000/B000/s3cr3t-of-the-path';
const JSON_URL = 'https://alerts.example.com/in?token=s3cr3t-of-the-query';

function faultsOf(inputs: RawInputs): string {
  try {
    configOf({ mode: 'pre', ...inputs });
    return '';
  } catch (error) {
    return String(error);
  }
}

test('nobody is told by default, at the thresholds that notices have', () => {
  expect(alertsOf({})).toEqual({ at: [50, 80], urls: [], format: 'auto', secret: undefined });
});

test('one URL a line, without blanks, each once', () => {
  const { urls } = alertsOf({ 'alert-webhook': `  ${SLACK} \n\n${JSON_URL}\r\n${SLACK}\n` });
  expect(urls).toEqual([SLACK, JSON_URL]);
});

test.each(['http://127.0.0.1:8080/in', 'http://localhost/in', 'http://[::1]:9/in', 'https://10.0.0.7/in'])(
  '%s may be told',
  (url) => {
    expect(alertsOf({ 'alert-webhook': url }).urls).toEqual([url]);
  },
);

describe('a URL that cannot be told', () => {
  test.each([
    ['http://alerts.example.com/s3cr3t', 'not an https URL'],
    ['http://127.0.0.1.evil.test/s3cr3t', 'not an https URL'],
    ['http://localhost.evil.test/s3cr3t', 'not an https URL'],
    ['ftp://alerts.example.com/s3cr3t', 'not an https URL'],
    ['javascript:s3cr3t', 'not an https URL'],
    ['hooks.slack.com/services/s3cr3t', 'not a URL'],
    ['s3cr3t', 'not a URL'],
    ['https://user:s3cr3t@alerts.example.com/', 'has a user or a password'],
  ])('%s is a fault that does not quote it', (url, said) => {
    const faults = faultsOf({ 'alert-webhook': `${SLACK}\n${url}` });
    expect(faults).toContain('alert-webhook: URL 2 ');
    expect(faults).toContain(said);
    expect(faults).not.toContain('s3cr3t');
  });

  test('is the sixth', () => {
    const many = Array.from({ length: 6 }, (_, index) => `${JSON_URL}${index}`).join('\n');
    expect(faultsOf({ 'alert-webhook': many })).toMatch(/6 URLs are given, and 5 at most are told/);
    expect(faultsOf({ 'alert-webhook': many })).not.toContain('s3cr3t');
  });
});

test('a secret that could be guessed is a fault that does not quote it', () => {
  expect(faultsOf({ 'alert-secret': 'fifteen-letters' })).toMatch(/alert-secret: .*shorter than 16/);
  expect(faultsOf({ 'alert-secret': 'fifteen-letters' })).not.toContain('fifteen');
  expect(alertsOf({ 'alert-secret': 'sixteen--letters' }).secret).toBe('sixteen--letters');
});

test('every URL of several is masked for itself', () => {
  const masked: string[] = [];
  readConfig({
    inputs: { mode: 'post', 'alert-webhook': `${SLACK}\n ${JSON_URL}`, 'alert-secret': 'sixteen--letters' },
    environment: ON_MAIN,
    catalogue: {
      gateways,
      agents: agents.map(({ id }) => id),
      dialects: dialects.map(({ id }) => id),
    },
    onSecret: (value) => masked.push(value),
  });
  expect(masked).toEqual(expect.arrayContaining([SLACK, JSON_URL, 'sixteen--letters']));
});

test('the thresholds are those of `alert-at`', () => {
  expect(alertsOf({ 'alert-at': '90%' }).at).toEqual([90]);
});
