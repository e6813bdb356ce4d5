import { CommandError, exitCodes } from '../exitCodes.ts';

const newLine = 10;
const nothing = Buffer.alloc(0);
const [comma, opening, closing, brace] = Buffer.from(',[]{');

/**
 * The members of a JSON document that has each in a line of its own, as they come, and as they are: of a million lines
 * the text would be garbage many times what is held. Where a server in between ends an answer that broke off as if it were
 * whole, the end of the document is missing.
 */
export async function* membersOf(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let rest: Buffer = nothing;
  let isWhole = false;
  for await (const part of parts) {
    const members: Buffer[] = [];
    let begin = 0;
    for (let end = part.indexOf(newLine); end >= 0; end = part.indexOf(newLine, begin)) {
      const line = behind(rest, part.subarray(begin, end));
      rest = nothing;
      begin = end + 1;
      isWhole ||= line[0] === closing;
      if (line[0] !== brace || line.at(-1) === opening) continue;
      members.push(line.at(-1) === comma ? line.subarray(0, -1) : line);
    }
    // A copy: what is left of a part would keep all of it.
    rest = Buffer.concat([rest, part.subarray(begin)]);
    yield members;
  }
  if (!isWhole) throw new CommandError('the answer ends before its end', exitCodes.outOfReach);
}

/** The line alone is put together: a copy of each part would be as much garbage again, and of the kind that stays longest. */
function behind(rest: Buffer, bytes: Buffer): Buffer {
  return rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
}
