/** The gate in an issue: what the cache forgets is still there, and a person opens it with one click. */
import { expect } from '@jest/globals';
import { OUTSIDE, PERMISSIONS, type Story, said, story } from '../support/story.js';

const LABEL = 'spendgate-gate';
const BOTH = { 'gate-store': 'both' };
/** The least that README asks for where an issue keeps the gate. */
const WITH_ISSUES = { token: `${PERMISSIONS},issues=write` };

interface Listed {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly labels: readonly { readonly name: string }[];
  readonly user: { readonly login: string };
}

async function gateIssues({ github }: Story): Promise<Listed[]> {
  const { body } = await github.as('octocat', 'GET', `/repos/acme/app/issues?labels=${LABEL}&state=all`);
  return body;
}

for (const store of ['both', 'issue'] as const) {
  const kept = { 'gate-store': store };

  story(
    `gate-store ${store}: a pull request closes the gate, and the night is held when the cache is empty`,
    async (world) => {
      const { run, cache, github } = world;
      const judged = await run('pullRequest', WITH_ISSUES).post({ ...OUTSIDE, ...kept });
      expect([judged.code, judged.outputs['gate']]).toEqual([0, 'closed']);
      const [issue, ...others] = await gateIssues(world);
      expect(others).toEqual([]);
      expect(issue).toMatchObject({ state: 'open', user: { login: 'github-actions[bot]' } });
      expect(issue?.body).toContain('https://github.com/acme/app/actions/runs/4711');
      expect(issue?.body).toContain('input tokens');
      cache.evictAll();

      const held = await run('schedule', WITH_ISSUES).pre(kept);
      expect([held.code, held.outputs['gate'], held.outputs['allowed']]).toEqual([3, 'closed', 'false']);
      expect(held.summary).toMatch(/Gate in issue-label: closed, read at \d{4}-/);

      await github.as('octocat', 'PATCH', `/repos/acme/app/issues/${issue?.number}`, { state: 'closed' });
      const next = await run('schedule', WITH_ISSUES).pre(kept);
      expect([next.code, next.outputs['gate'], next.outputs['allowed']]).toEqual([0, 'open', 'true']);
      expect(next.summary).toContain('was closed by octocat');
    },
  );

  story(`gate-store ${store}: a look-alike of a stranger changes nothing`, async (world) => {
    const { run, github } = world;
    await run('schedule', WITH_ISSUES).post({ ...OUTSIDE, ...kept });
    const [issue] = await gateIssues(world);
    const { title, body } = issue!;
    // A closed copy, which would open the gate, and then an open one, which would close it.
    const copy = await github.as('stranger', 'POST', '/repos/acme/app/issues', {
      title,
      body,
      labels: [LABEL],
    });
    const address = `/repos/acme/app/issues/${copy.body.number}`;
    await github.as('stranger', 'PATCH', address, { state: 'closed' });
    expect((await run('schedule', WITH_ISSUES).pre(kept)).outputs['gate']).toBe('closed');
    await github.as('stranger', 'PATCH', address, { state: 'open' });
    await github.as('octocat', 'PATCH', `/repos/acme/app/issues/${issue?.number}`, { state: 'closed' });
    const next = await run('schedule', WITH_ISSUES).pre(kept);
    expect([next.code, next.outputs['gate']]).toEqual([0, 'open']);
    expect(next.summary).toMatch(/which does not count, since stranger made it/);
  });
}

story('a second run outside says so on the same issue', async (world) => {
  for (const kind of ['schedule', 'pullRequest'] as const)
    await world.run(kind, WITH_ISSUES).post({ ...OUTSIDE, ...BOTH });
  const [issue, ...others] = await gateIssues(world);
  expect(others).toEqual([]);
  expect(await world.comments(issue?.number)).toEqual([expect.stringContaining('runs/4712')]);
});

story('`mode: gate` opens it in both stores, and leaves a word on the issue', async (world) => {
  const { run } = world;
  await run('schedule', WITH_ISSUES).post({ ...OUTSIDE, ...BOTH });
  const opened = await run('dispatch', WITH_ISSUES).gate('open', { ...BOTH, reason: 'a loop, mended' });
  expect([opened.code, opened.outputs['gate']]).toEqual([0, 'open']);
  const [issue] = await gateIssues(world);
  expect(issue?.state).toBe('closed');
  expect(await world.comments(issue?.number)).toEqual(['Opened by octocat: a loop, mended\n']);
  expect((await run('schedule', WITH_ISSUES).pre(BOTH)).outputs['gate']).toBe('open');
});

story(
  'without `issues: write` the half in the cache holds, and the message says what to add',
  async ({ run, ...world }) => {
    const judged = await run('pullRequest').post({ ...OUTSIDE, ...BOTH });
    expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([
      0,
      'outside',
      'closed',
    ]);
    expect(said(judged)).toMatch(/^warning .*issue-label.*`permissions: \{ issues: write \}`/m);
    expect(await gateIssues({ run, ...world })).toEqual([]);
    const held = await run('schedule').pre(BOTH);
    expect([held.code, held.outputs['gate']]).toEqual([3, 'closed']);
  },
);

story(
  'without `issues: write` an issue alone keeps nothing, and nobody may believe that it does',
  async ({ run }) => {
    const judged = await run('schedule').post({ ...OUTSIDE, 'gate-store': 'issue' });
    expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([
      0,
      'outside',
      'unknown',
    ]);
    expect(said(judged)).toMatch(/^error .*`permissions: \{ issues: write \}`/m);
  },
);

story('a fork may write neither issue nor cache: the gate of others stays as it was', async (world) => {
  const judged = await world.run('fork').post({ ...OUTSIDE, ...BOTH });
  expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([0, 'outside', 'unknown']);
  expect(await gateIssues(world)).toEqual([]);
  expect((await world.run('schedule', WITH_ISSUES).pre(BOTH)).outputs['gate']).toBe('open');
});

story('without `issues: read` an open gate in the cache says nothing of the issue', async ({ run }) => {
  await run('dispatch').gate('open');
  const started = await run('schedule').pre(BOTH);
  expect([started.code, started.outputs['gate'], started.outputs['verdict']]).toEqual([
    0,
    'unknown',
    'degrade',
  ]);
  expect(said(started)).toContain('permissions: { issues: read }');
});
