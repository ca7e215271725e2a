// ARCHITECTURE.md: text of people, with parts between marks that are drawn from the sources.
import { roomPicture, roomTable } from './rooms.ts';
import { placeTable, runPicture } from './run.ts';
import type { Source } from './sources.ts';

const parts = { rooms: roomPicture, 'room-table': roomTable, run: runPicture, places: placeTable };

/** The page with every part drawn anew: `<!-- rooms -->` to `<!-- end of rooms -->`, and so on. */
export function renewed(page: string, sources: readonly Source[]): string {
  let text = page;
  for (const [name, draw] of Object.entries(parts)) {
    const [before, begin, end] = [text, `<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [start, stop] = [before.indexOf(begin), before.indexOf(end)];
    if (start < 0 || stop < start) throw new Error(`ARCHITECTURE.md lacks ${begin} or ${end}`);
    text = `${before.slice(0, start)}${begin}\n\n${draw(sources)}\n\n${before.slice(stop)}`;
  }
  return text;
}
