import { main } from './firesteel.ts';

await main(['dev', ...process.argv.slice(2)]);
