import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { FakeParley, owner } from '../testing/fake-parley'
import { renderPage } from '../testing/render-page'

type Form = {
  address: (parley: FakeParley) => string
  /** The button that opens the form, where it is not open already. */
  open?: string | RegExp
  field: string | RegExp
  /** The button that sends it; Enter where there is none. */
  send?: string | RegExp
}

const forms: Record<string, Form> = {
  'a reply': { address: (p) => `/inbox/${p.conversations[0]?.id}?view=mine`, field: 'Reply to the customer' },
  'a text for the AI': { address: () => '/knowledge', field: 'Text', send: 'Save' },
  'a canned reply': { address: () => '/settings/canned-replies', open: /New/, field: 'Shortcut' },
  'a new label': { address: () => '/settings/labels', field: /New label|Name/ },
  'the name of a label': { address: () => '/settings/labels', field: 'Rename Returns' },
  'the name of the business': { address: () => '/settings/business', field: 'Name', send: 'Save' },
  'an hour': { address: () => '/settings/hours', field: 'Monday from', send: 'Save' },
  'an invitation': { address: () => '/settings/team', open: /Invite/, field: 'Email', send: /^Invite|Send/ },
  'the name of a key': { address: () => '/settings/keys', open: /Make|New/, field: 'Name' },
  'the name of a contact': { address: (p) => `/contacts/${p.contacts[0]?.id}`, field: 'Name', send: 'Save' },
  'how a consent is known': { address: (p) => `/contacts/${p.contacts[0]?.id}`, field: /How/ },
}

test.each(Object.entries(forms))(
  'when the session ends under %s, one comes back to it as it was typed',
  async (_, form) => {
    const parley = new FakeParley()
    parley.conversation('Amelia Hart', 'Are you open on Sunday?')
    parley.contact('Amelia Hart')
    parley.label('Returns')
    const address = form.address(parley)
    const { user, router } = renderPage(address, { parley })
    const click = async (name: string | RegExp, which: number) => {
      const button = (await screen.findAllByRole('button', { name })).at(which)
      if (button) await user.click(button)
    }
    const reach = async () => {
      if (form.open) await click(form.open, 0)
      return screen.findByLabelText<HTMLInputElement>(form.field)
    }
    const field = await reach()
    await user.clear(field)
    const text = field.type === 'time' ? '06:30' : field.type === 'email' ? 'nina@laib.example' : 'typed'
    await user.type(field, text)
    parley.signedIn = false
    if (form.send) await click(form.send, -1)
    else await user.type(field, '{Enter}')
    parley.hint({ kind: 'tenant.changed' }) // what cannot be sent as it is: the session is missed at the next question
    await waitFor(() => expect(router.state.location.pathname).toBe('/sign-in'))
    await user.type(await screen.findByLabelText('Email'), owner.email)
    await user.type(screen.getByLabelText('Password'), owner.password)
    await user.click(screen.getByRole('button', { name: 'Sign in' }))
    await waitFor(() => expect(router.state.location.href).toBe(address))
    expect(await reach()).toHaveValue(text)
  },
)
