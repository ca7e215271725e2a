import { main } from './firesteel.ts';

await main(['why', ...process.argv.slice(2)]);
