// An SMS centre that delivers nothing, on npm's smpp: node smsc.js FOLDER SMPP_PORT CONTROL_PORT
//
// FOLDER holds node_modules. It takes what is submitted, answers, and sends receipts. How it behaves for a
// message is what POST /behave says, for all or in `moods` for single destinations. The control port speaks
// HTTP: GET /taken, GET /counts, POST /behave, /deliver, /forget, /cut, /unbind, /enquire; bodies and answers are JSON.
'use strict';
const http = require('http');
const { createRequire } = require('module');
const path = require('path');

const [folder, smppPort, controlPort] = process.argv.slice(2);
const smpp = createRequire(path.join(path.resolve(folder), 'node_modules', 'x.js'))('smpp');

const behave = {};
const sessions = new Set();
const state = {};

function forget() {
  for (const session of sessions) session.destroy();
  Object.assign(behave, { moods: {}, keep: true, ids: 'dec', receipts: 'dec', receipt_ms: 20, cuts: 0, cut_within: 200, cut_ms: 5, mute: false, full: 0, password: '' });
  Object.assign(state, { id: 4096, taken: [], counts: {}, total: 0, receipts: 0, acked: 0, cuts: 0, binds: 0, tries: {}, until_cut: 100 });
}

forget();

function shown(id, kind) {
  return kind === 'hex' ? id.toString(16) : kind === 'HEX' ? id.toString(16).toUpperCase().padStart(8, '0') : String(id);
}

function receipt(session, pdu, id, stat) {
  const text = `id:${shown(id, behave.receipts)} sub:001 dlvrd:001 submit date:2611220101 done date:2611220102 ` +
    `stat:${stat} err:${stat === 'DELIVRD' ? '000' : '034'} text:`;
  deliver(session, {
    esm_class: 4, source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, short_message: text,
  });
  state.receipts += 1;
}

function deliver(session, fields) {
  session.deliver_sm(fields, (answer) => { if (!answer.command_status) state.acked += 1; });
}

function part(pdu) {
  const udh = pdu.short_message.udh && pdu.short_message.udh.find((one) => one[0] === 0);
  return udh ? { ref: udh[2], total: udh[3], number: udh[4] } : { ref: 0, total: 1, number: 1 };
}

function status(session, pdu, mood) {
  const key = `${pdu.destination_addr}/${part(pdu).number}`;
  const first = !state.tries[key];
  if (mood) state.tries[key] = (state.tries[key] || 0) + 1;
  if (behave.full > 0) { behave.full -= 1; return smpp.ESME_RMSGQFUL; }
  if (mood === 'refuse' || (mood === 'refuse_second_part' && part(pdu).number === 2)) return smpp.ESME_RINVDSTADR;
  if (mood === 'throttle' || (mood === 'throttle_once' && first)) return smpp.ESME_RTHROTTLED;
  if (mood === 'throttle_second_part_once' && first && part(pdu).number === 2) return smpp.ESME_RTHROTTLED;
  return 0;
}

function take(pdu, id) {
  const to = pdu.destination_addr;
  state.total += 1;
  if (!behave.keep) return;
  state.counts[to] = (state.counts[to] || 0) + 1;
  const payload = pdu.message_payload;
  const text = pdu.short_message.message.length ? pdu.short_message.message : (payload && payload.message) || '';
  state.taken.push({
    to, id, from: pdu.source_addr, from_ton: pdu.source_addr_ton, from_npi: pdu.source_addr_npi,
    to_ton: pdu.dest_addr_ton, to_npi: pdu.dest_addr_npi, coding: pdu.data_coding,
    wants_receipt: pdu.registered_delivery, validity: pdu.validity_period,
    text: Buffer.isBuffer(text) ? text.toString('latin1') : text, ...part(pdu),
  });
}

function submit(session, pdu) {
  const mood = behave.moods[pdu.destination_addr];
  countDown();
  if (behave.mute) return;
  if (mood === 'cut_before') { state.tries[pdu.destination_addr] = 1; return session.destroy(); }
  const wrong = status(session, pdu, mood);
  if (wrong) return session.send(pdu.response({ command_status: wrong }));
  if (mood === 'nack') return session.generic_nack({ command_status: smpp.ESME_RINVCMDLEN, sequence_number: pdu.sequence_number });
  const id = state.id++;
  take(pdu, id);
  if (mood === 'silent') return undefined;
  if (mood === 'cut_after') return session.destroy();
  if (mood === 'early_receipt') receipt(session, pdu, id, 'DELIVRD');
  session.send(pdu.response({ message_id: shown(id, behave.ids) }));
  if (pdu.registered_delivery && mood !== 'no_receipt' && mood !== 'early_receipt') {
    const stat = mood === 'undelivered' ? 'UNDELIV' : 'DELIVRD';
    setTimeout(() => receipt([...sessions].pop() || session, pdu, id, stat), behave.receipt_ms);
  }
  return undefined;
}

const server = smpp.createServer((session) => {
  session.on('bind_transceiver', (pdu) => {
    if (behave.password && pdu.password !== behave.password) {
      return session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    }
    sessions.add(session);
    state.binds += 1;
    return session.send(pdu.response({ system_id: 'smsc' }));
  });
  session.on('submit_sm', (pdu) => submit(session, pdu));
  session.on('enquire_link', (pdu) => { if (!behave.mute) session.send(pdu.response()); });
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('close', () => sessions.delete(session));
  session.on('error', () => session.destroy());
});

// A cut comes after a random number of submits, and then at a random moment.
function countDown() {
  if (behave.cuts <= 0) return;
  state.until_cut -= 1;
  if (state.until_cut > 0) return;
  behave.cuts -= 1;
  state.until_cut = 1 + Math.floor(Math.random() * behave.cut_within);
  setTimeout(cut, Math.random() * behave.cut_ms);
}

function cut() {
  state.cuts += 1;
  for (const session of sessions) session.destroy();
}

const routes = {
  'GET /taken': () => state.taken,
  'GET /counts': () => state.counts,
  'GET /state': () => ({
    total: state.total, receipts: state.receipts, acked: state.acked, cuts: state.cuts, binds: state.binds,
    bound: sessions.size,
  }),
  'POST /behave': (body) => { Object.assign(behave, body); return behave; },
  'POST /deliver': (body) => {
    const [session] = sessions;
    if (!session) return { delivered: false };
    if (body.hex !== undefined) {
      const message = Buffer.from(body.hex, 'hex');
      body.short_message = body.udh ? { udh: Buffer.from(body.udh, 'hex'), message } : message;
    }
    delete body.hex; delete body.udh;
    deliver(session, body);
    return { delivered: true };
  },
  'POST /forget': () => { forget(); return {}; },
  'POST /cut': () => { cut(); return {}; },
  'POST /unbind': () => { for (const session of sessions) session.unbind(); return {}; },
  'POST /enquire': () => { for (const session of sessions) session.enquire_link(); return {}; },
};

http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const route = routes[`${request.method} ${request.url}`];
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    response.writeHead(route ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(route ? route(body) : {}));
  });
}).listen(Number(controlPort), '127.0.0.1');

server.listen(Number(smppPort), '127.0.0.1');
