import type { FakeParley } from '../src/testing/fake-parley.ts'

const minute = 60_000

/** Fills the fake with a bakery and its day, so that every page has something to show. */
export function furnish(parley: FakeParley): void {
  const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString()
  parley.tenants = [
    { id: 't-laib', name: 'Laib & Butter Bakery', role: 'owner' },
    { id: 't-cycles', name: 'Northside Cycles', role: 'agent' },
  ]
  parley.know('حجز الكعك', 'يمكن طلب الكعك قبل يومين.', { updatedAt: ago(9_000), language: 'ar' })
  parley.know('Price list 2024', '', {
    state: 'failed',
    failure: 'There is no text in it.',
    passages: 0,
    updatedAt: ago(40),
  })
  parley.know(
    'Bread and cakes',
    'Our buckwheat loaf is gluten-free, costs €6.20 and is baked on Saturdays. Cakes can be ordered two days ahead, from €28.',
    { updatedAt: ago(3_000) },
  )
  parley.know(
    'Opening hours',
    'We are open Tuesday to Saturday from 7:00 to 18:00 and Sunday from 8:00 to 12:00. On Mondays we are closed.',
    { updatedAt: ago(20) },
  )

  const jonas = parley.conversation('Diego Fernández', '¿Tenéis pan sin gluten?', {
    handler: 'human',
    assigneeId: 'u-jonas',
    assigneeName: 'Jonas Weber',
  })
  parley.say(jonas.id, {
    sender: 'agent',
    text: 'Sí, los sábados.',
    authorId: 'u-jonas',
    authorName: 'Jonas Weber',
    status: 'read',
    at: ago(190),
  })

  const stuck = parley.conversation('Tunde Bakare', 'Is my cake ready?', {
    handler: 'human',
    assigneeId: parley.user.id,
    assigneeName: parley.user.name,
    problem: 'failed',
  })
  parley.say(stuck.id, {
    sender: 'agent',
    text: 'It is. You can come by until 18:00.',
    authorId: parley.user.id,
    authorName: parley.user.name,
    status: 'failed',
    error: { code: 131026, text: 'The number does not receive WhatsApp messages.', todo: 'Ask for another number.' },
    at: ago(55),
  })

  const asked = parley.conversation('@lukas.rides', 'Ich brauche 40 Zimtschnecken für Freitag, geht das?', {
    handler: 'human',
    unread: 1,
    handoff: { at: ago(12), reason: 'asked_for_person', summary: '40 cinnamon rolls for Friday.' },
    windowUntil: new Date(Date.now() + 200 * minute).toISOString(),
  })
  parley.say(asked.id, {
    sender: 'system',
    kind: 'event',
    text: 'handed_off',
    payload: { detail: 'asked_for_person', summary: '40 cinnamon rolls for Friday. More than the AI may promise.' },
    at: ago(12),
  })

  const answered = parley.conversation('Amelia Hart', 'Good morning! Are you open on Sunday?', { mode: 'auto' })
  parley.answer(
    answered.id,
    'Hello Amelia, I am the AI assistant of Laib & Butter. On Sunday we are open from 8:00 to 12:00.',
    {
      passages: [
        {
          passageId: 'p1',
          documentId: 'd-4',
          title: 'Opening hours',
          heading: '',
          text: 'We are open Tuesday to Saturday from 7:00 to 18:00 and Sunday from 8:00 to 12:00.',
          score: 0.86,
          used: true,
        },
        {
          passageId: 'p2',
          documentId: 'd-3',
          title: 'Bread and cakes',
          heading: '',
          text: 'Baked on Saturdays.',
          score: 0.22,
          used: false,
        },
      ],
    },
  )
  parley.say(answered.id, {
    sender: 'agent',
    kind: 'note',
    text: 'Regular, likes the window seat.',
    authorName: 'Jonas Weber',
    at: ago(3),
  })
  parley.say(answered.id, {
    sender: 'customer',
    text: 'Wonderful, thank you! And is the buckwheat loaf there?',
    at: ago(1),
  })
}
