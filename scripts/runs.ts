import { main } from './firesteel.ts';

await main(['runs', ...process.argv.slice(2)]);
