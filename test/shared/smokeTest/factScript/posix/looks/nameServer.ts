import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Numbers of record types. Source: IANA, Domain Name System parameters */
const types = { A: 1, NS: 2, CNAME: 5, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, CAA: 257 };
type RecordType = keyof typeof types;

const name = (text: string) =>
  Buffer.concat(
    [...text.split('.').filter(Boolean), ''].map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
  );
const number = (value: number) => Buffer.from([value >> 8, value & 255]);
const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);

/** What the server knows: the bytes of each record, by type and name. */
const records: Record<string, Buffer[]> = {
  'A web.test': [Buffer.from([10, 1, 2, 3]), Buffer.from([10, 1, 2, 4])],
  'AAAA web.test': [Buffer.from('20010db8000000000000000000000001', 'hex')],
  'A four.test': [Buffer.from([10, 9, 9, 9])],
  'CNAME www.test': [name('web.test')],
  'MX mail.test': [Buffer.concat([number(10), name('a.mail.test')]), Buffer.concat([number(5), name('b.mail.test')])],
  'NS mail.test': [name('ns1.test')],
  'SRV _https._tcp.web.test': [Buffer.concat([number(0), number(5), number(443), name('web.test')])],
  'TXT mail.test': [Buffer.concat([text('v=spf1 -all'), text('say "hi"')])],
  'PTR 3.2.1.10.in-addr.arpa': [name('web.test')],
  'CAA mail.test': [Buffer.from([0, 5, ...Buffer.from('issueca.test')])],
};

/** Answers a few questions over UDP; NXDOMAIN to any other, SERVFAIL where the name says so, nothing to `silent`. */
export async function startNameServer(): Promise<{ port: number; stop: () => void }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    const answer = answerTo(question);
    if (answer) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, stop: () => socket.close() };
}

function answerTo(question: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const asked = labels.join('.').toLowerCase();
  if (asked.startsWith('silent')) return undefined;
  const type = question.readUInt16BE(at + 1);
  const typeName = (Object.keys(types) as RecordType[]).find((each) => types[each] === type);
  const found = records[`${typeName} ${asked}`] ?? [];
  const isKnown = Object.keys(records).some((key) => key.endsWith(` ${asked}`));
  const code = asked.startsWith('broken') ? 2 : isKnown ? 0 : 3;
  const header = Buffer.concat([
    question.subarray(0, 2),
    Buffer.from([0x81, 0x80 | code]),
    ...[1, found.length, 0, 0].map(number),
  ]);
  const answers = found.map((data) =>
    Buffer.concat([
      Buffer.from([0xc0, 12]),
      number(type),
      number(1),
      Buffer.from([0, 0, 1, 44]),
      number(data.length),
      data,
    ]),
  );
  return Buffer.concat([header, question.subarray(12, at + 5), ...answers]);
}
