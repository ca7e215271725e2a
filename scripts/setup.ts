import { main } from './firesteel.ts';

await main(['setup', ...process.argv.slice(2)]);
