// What a component has to say to Python. Each event is sent until Python has answered that it has carried it out, and
// Python carries each out once: neither a rerun that is cut short nor a connection that comes back loses or repeats one.

function outboxOf(host, { data, setStateValue }) {
  const box = (host.outbox ??= { waiting: [], last: 0 });
  const send = () => setStateValue("events", [...box.waiting]);
  if (box.token === data.token) {
    box.waiting = box.waiting.filter((event) => event.id > data.done);
    box.last = Math.max(box.last, data.done);
  } else {
    // Another session: what the one before has not answered is told again, under numbers of its own.
    Object.assign(box, { token: data.token, last: data.done });
    box.waiting = box.waiting.map((event) => ({ ...event, token: box.token, id: ++box.last }));
    if (box.waiting.length) send();
  }
  box.say = (type, what = {}) => {
    box.waiting.push({ type, ...what, token: box.token, id: ++box.last });
    send();
  };
  box.answered = box.waiting.length === 0;
  return box;
}
