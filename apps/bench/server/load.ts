/** The process that generates the load. It executes one job after the other. */

import { beIdle, type IdleJob, storm, type StormJob } from './crowd.ts';
import { talk, type TalkJob } from './talk.ts';

/** The jobs of the process. */
export type Job = TalkJob | IdleJob | StormJob;

async function run(job: Job): Promise<unknown> {
  switch (job.type) {
    case 'talk':
      return talk(job, (phase) => process.send?.({ type: phase }));
    case 'idle':
      return beIdle(job);
    case 'storm':
      return storm(job);
  }
}

process.on('message', (job: Job) => {
  void run(job).then((result) => process.send?.({ type: 'done', result }));
});
process.on('disconnect', () => process.exit());
