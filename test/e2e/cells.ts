// Runs the cells of a notebook file on a Jupyter server: `cells.ts ADDRESS TOKEN_FILE NOTEBOOK`; prints what they print.
import { readFileSync } from 'node:fs';
import { runNotebook, startKernel } from './kernel.ts';

const [address = '', tokenFile = '', notebook = ''] = process.argv.slice(2);
const kernel = await startKernel(address, readFileSync(tokenFile, 'utf8'));
process.stdout.write(await runNotebook(kernel, readFileSync(notebook, 'utf8')));
await kernel.end();
// The client of websockets would wait for its connections.
process.exit(0);
