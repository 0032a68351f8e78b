/** People are told once, whichever runs see it, and nobody waits for a webhook. */
import { expect } from '@jest/globals';
import { OUTSIDE, PERMISSIONS, type Story, said, story } from '../support/story.js';
import { startWebhook, type Webhook } from '../support/webhook.js';

type Tell = (world: Story, webhook: Webhook, told: Readonly<Record<string, string>>) => Promise<void>;

/** A story with a webhook in it. */
function alertStory(name: string, tell: Tell): void {
  story(name, async (world) => {
    const webhook = await startWebhook();
    try {
      await tell(world, webhook, { 'alert-webhook': `${webhook.url}/hook`, 'alert-at': '30%' });
    } finally {
      await webhook.close();
    }
  });
}

const titles = ({ seen }: Webhook) => seen.map(({ json }) => json['title']);

alertStory('two runs that see the same threshold are one alert', async ({ run }, webhook, told) => {
  for (const kind of ['pullRequest', 'schedule'] as const)
    expect((await run(kind).pre(told)).outputs['allowed']).toBe('true');
  expect(titles(webhook)).toEqual(['30 % of a budget is used: key']);
});

alertStory(
  'a gate that a night closes and a person opens is told, and the run it holds is not',
  async (world, webhook, told) => {
    const { run } = world;
    await run('schedule').post({ ...OUTSIDE, ...told });
    expect((await run('schedule').pre({ ...told, 'alert-at': '90%' })).code).toBe(3);
    await run('dispatch').gate('open', told);
    expect(titles(webhook)).toEqual([
      'The gate nightly-default is closed',
      'The gate nightly-default is open',
    ]);
    expect(webhook.seen[0]?.json).toMatchObject({
      severity: 'critical',
      'run-url': 'https://github.com/acme/app/actions/runs/4711',
      gate: { name: 'nightly-default', state: 'closed' },
    });
  },
);

alertStory('an opening that nobody honours is told to nobody', async ({ run }, webhook, told) => {
  await run('schedule').post({ ...OUTSIDE });
  const elsewhere = await run('branch').gate('open', told);
  expect(elsewhere.outputs['gate']).toBe('closed');
  expect(titles(webhook)).toEqual([]);
});

for (const answer of [503, 'hang-up'] as const)
  alertStory(
    `a webhook that answers ${answer} changes no verdict, and a later run tells what was lost`,
    async (world, webhook, told) => {
      const { run } = world;
      webhook.answer = answer;
      const started = await run('schedule').pre(told);
      expect([started.code, started.outputs['allowed']]).toEqual([0, 'true']);
      expect(said(started)).toMatch(/^notice json \(127\.0\.0\.1\).*verdict is not affected/m);
      expect(started.stdout.replaceAll(/::add-mask::.*/g, '')).not.toContain('/hook');
      const judged = await run('schedule').post({ ...OUTSIDE, ...told });
      expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([
        0,
        'outside',
        'closed',
      ]);
      webhook.answer = 200;
      webhook.seen.length = 0;
      await run('dispatch').pre({ ...told, gate: 'another' });
      expect(titles(webhook)).toEqual(['30 % of a budget is used: key']);
    },
  );

alertStory(
  'a run that can claim nothing leaves a threshold to those that can',
  async ({ run }, webhook, told) => {
    for (let night = 0; night < 2; night += 1)
      await run('schedule', { token: PERMISSIONS, cache: 'read' }).pre(told);
    expect(titles(webhook)).toEqual([]);
    await run('schedule').pre(told);
    expect(titles(webhook)).toHaveLength(1);
  },
);
