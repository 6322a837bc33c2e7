/** Chat services by HTTP, such as Zalo OA: the whole text of a message, to whatever the service calls a person. */
import { type Channel, Undeliverable } from '../channel.ts';
import type { TemplateSettings } from './settings.ts';
import { openTemplate } from './template.ts';

/** The address is put in as it is, under each of the names that an address has. Throws a UserFault as openTemplate does. */
export function openChat(settings: TemplateSettings, where: string): Channel {
  const template = openTemplate(settings, where);
  return {
    async send(address, { id, level, title, text, url }, signal) {
      if (!/^[\x21-\x7e]{1,200}$/.test(address))
        throw new Undeliverable('this is no address of a chat service');
      const to = { to: address, to_international: address, to_digits: address };
      await template.send({ ...to, text, title, id, level, url: url ?? '' }, signal);
    },
    async close() {
      template.close();
    },
  };
}
