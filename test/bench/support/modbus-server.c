/* A Modbus TCP server of libmodbus for any number of connections: one poll loop. Says its port when it listens. */
#include <arpa/inet.h>
#include <modbus.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 128

int main(void) {
  modbus_t *bus = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *map = modbus_mapping_new(16, 16, 400, 400);
  if (bus == NULL || map == NULL) return 1;
  for (int i = 0; i < 400; i++) map->tab_input_registers[i] = i;
  int listener = modbus_tcp_listen(bus, MOST);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  if (listener < 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) return 2;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  struct pollfd polled[MOST] = {{.fd = listener, .events = POLLIN}};
  int count = 1;
  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  for (;;) {
    if (poll(polled, count, -1) < 0) return 3;
    for (int i = count - 1; i > 0; i--) {
      if (polled[i].revents == 0) continue;
      modbus_set_socket(bus, polled[i].fd);
      int length = modbus_receive(bus, query);
      if (length > 0) {
        modbus_reply(bus, query, length, map);
      } else if (length < 0) {
        close(polled[i].fd);
        polled[i] = polled[--count];
      }
    }
    if (polled[0].revents == 0 || count == MOST) continue;
    int accepted = modbus_tcp_accept(bus, &listener);
    if (accepted >= 0) polled[count++] = (struct pollfd){.fd = accepted, .events = POLLIN};
  }
}
