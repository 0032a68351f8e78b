/** A repository with some life: six issues, a branch with a commit of its own, and pull request 7. */
import type { Answered } from './index.js';

type Send = (method: string, path: string, body?: object) => Promise<Answered>;

const OLDER_ISSUES = 6;

/** @throws when the emulator does not do as it is told */
export async function seed(send: Send): Promise<{ readonly mainSha: string; readonly headSha: string }> {
  const must = async (...request: Parameters<Send>) => {
    const answered = await send(...request);
    if (answered.status >= 300)
      throw new Error(
        `${request.slice(0, 2).join(' ')}: ${answered.status} ${JSON.stringify(answered.body)}`,
      );
    return answered.body;
  };
  const main = await must('GET', '/git/ref/heads/main');
  const mainSha: string = main.object.sha;
  await must('POST', '/git/refs', { ref: 'refs/heads/feature', sha: mainSha });
  const change = { message: 'A change', content: 'YQ==', branch: 'feature' };
  const { commit } = await must('PUT', '/contents/a.txt', change);
  for (let issue = 1; issue <= OLDER_ISSUES; issue += 1)
    await must('POST', '/issues', { title: `Issue ${issue}` });
  await must('POST', '/pulls', { title: 'A change', head: 'feature', base: 'main' });
  return { mainSha, headSha: commit.sha };
}
