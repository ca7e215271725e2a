import { main } from './firesteel.ts';

await main(['deploy', ...process.argv.slice(2)]);
