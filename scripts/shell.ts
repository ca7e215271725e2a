import { main } from './firesteel.ts';

await main(['shell', ...process.argv.slice(2)]);
