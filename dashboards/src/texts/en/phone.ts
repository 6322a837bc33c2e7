/** What a phone needs: installing, offline, push. */
export const phone = {
  'phone.newVersion': 'There is a new version of the screens.',
  'phone.reload': 'Reload',
  'phone.later': 'Later',
  'phone.held':
    '{n} acknowledgement waits to be sent. Whoever pressed it logs in again to send it; it is dropped when somebody else logs in.|{n} acknowledgements wait to be sent. Whoever pressed them logs in again to send them; they are dropped when somebody else logs in.',
  'phone.dropped':
    '{n} acknowledgement of {who} was not sent and is dropped, since somebody else has logged in here. Look at the alerts again.|{n} acknowledgements of {who} were not sent and are dropped, since somebody else has logged in here. Look at the alerts again.',
  'phone.droppedSeen': 'Understood',
  'phone.logoutLoses':
    '{n} acknowledgement is not sent yet. It is lost if you log out now.|{n} acknowledgements are not sent yet. They are lost if you log out now.',
  'phone.logoutAnyway': 'Log out anyway',

  'phone.queue': 'Acknowledged without network',
  'phone.queue.waiting': 'Waiting to be sent, pressed at {time}',
  'phone.queue.done': 'Sent at {time}',
  'phone.queue.taken': '{who} acknowledged it before you, at {time}. Your note, if any, was added.',
  'phone.queue.cleared': 'The alert was over at {time}; there is nothing to acknowledge.',
  'phone.queue.changed':
    'Not acknowledged: it has grown worse or is back since you pressed. Look at it again.',
  'phone.queue.refused': 'The centre refused it: {detail}',
  'phone.queue.dismiss': 'Put away: {alert}',
  'phone.queue.drop': 'Do not send: {alert}',
  'phone.queue.sendNow': 'Send now',
  'phone.queue.changedTitle': 'An acknowledgement did not work. See the alerts.',

  'phone.sound': 'Sound for a new critical alert',
  'phone.sound.on': 'Sound: on',
  'phone.sound.off': 'Sound: off',
  'phone.sound.try': 'Try it',
  'phone.sound.held': 'The browser does not let it sound yet: press anywhere once.',

  'phone.push': 'Push messages',
  'phone.push.text':
    'Alerts reach this device while the page is closed. You are told by the duty hours that are set for you.',
  'phone.push.on': 'This device gets push messages.',
  'phone.push.start': 'Switch on here',
  'phone.push.stop': 'Switch off here',
  'phone.push.none': 'This browser cannot get push messages.',
  'phone.push.install':
    'On an iPhone, add this page to the home screen (Share → Add to Home Screen) and open it from there.',
  'phone.push.denied':
    'You have blocked notifications of this page. Allow them in the settings of the browser.',
  'phone.push.notSetUp': 'The centre has not set up push messages.',
  'phone.push.nobody':
    'This account belongs to nobody who is told of alerts; an admin ties it to a person by the API (docs/people.md).',
} as const;
