import { main } from './firesteel.ts';

await main(['standalone', ...process.argv.slice(2)]);
