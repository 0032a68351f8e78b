/** Artifacts of runs, and the two actions that put them there and take them. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { StepResult } from '../runner.js';
import type { StandIn } from '../workflow.js';

export interface ArtifactStore {
  /** Names of the artifacts of a run. */
  list(runId: string): string[];
  /** The two actions, for a run. */
  actions(run: { readonly runId?: string }): Readonly<Record<string, StandIn>>;
  clean(): void;
}

const OK: StepResult = { code: 0, stdout: '', stderr: '', outputs: {}, summary: '', annotations: [] };
const failed = (stdout: string): StepResult => ({ ...OK, code: 1, stdout });

export function createArtifactStore(): ArtifactStore {
  const root = mkdtempSync(join(tmpdir(), 'spendgate-artifacts-'));
  const folderOf = (runId: string) => join(root, runId);
  const list = (runId: string) => (existsSync(folderOf(runId)) ? readdirSync(folderOf(runId)) : []);

  const upload =
    (runId: string): StandIn =>
    async ({ job, inputs }) => {
      const name = inputs['name'] ?? 'artifact';
      if (!inputs['path']) return failed('Input required and not supplied: path');
      const source = resolve(job.workspace, inputs['path']);
      if (!existsSync(source)) return inputs['if-no-files-found'] === 'error' ? failed('no files') : OK;
      if (list(runId).includes(name)) return failed(`an artifact named ${name} exists`);
      const target = join(folderOf(runId), name);
      mkdirSync(target, { recursive: true });
      // One file stands in the artifact under its own name, whatever folder it was in.
      cpSync(source, statSync(source).isDirectory() ? target : join(target, basename(source)), {
        recursive: true,
      });
      return OK;
    };

  const download =
    (ownRun: string): StandIn =>
    async ({ job, inputs }) => {
      const runId = inputs['run-id'] || ownRun;
      if (runId !== ownRun && !inputs['github-token']) return failed('another run needs a github-token');
      const target = resolve(job.workspace, inputs['path'] ?? '.');
      const { name } = inputs;
      if (name !== undefined) {
        if (!list(runId).includes(name)) return failed(`Artifact not found for name: ${name}`);
        cpSync(join(folderOf(runId), name), target, { recursive: true });
        return OK;
      }
      const pattern = new RegExp(`^${(inputs['pattern'] ?? '*').replaceAll('*', '.*')}$`);
      const found = list(runId).filter((one) => pattern.test(one));
      // A single artifact is not put into a folder of its own.
      const isFlat = inputs['merge-multiple'] === 'true' || found.length === 1;
      for (const one of found)
        cpSync(join(folderOf(runId), one), isFlat ? target : join(target, one), { recursive: true });
      return OK;
    };

  return {
    list,
    actions: ({ runId = '4711' }) => ({
      'actions/upload-artifact': upload(runId),
      'actions/download-artifact': download(runId),
    }),
    clean: () => rmSync(root, { recursive: true, force: true }),
  };
}
