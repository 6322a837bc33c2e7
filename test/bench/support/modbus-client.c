/*
 * Clients of libmodbus that read input registers from 10 again and again, and say how many requests a second they did.
 *   modbus-client PORT REGISTERS SECONDS CONNECTIONS threads   a thread with modbus_read_input_registers for each
 *   modbus-client PORT REGISTERS SECONDS CONNECTIONS poll      one loop that asks each again as soon as it has answered
 */
#include <modbus.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST 64

static int port, registers;
static double seconds;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static modbus_t *open_bus(void) {
  modbus_t *bus = modbus_new_tcp("127.0.0.1", port);
  if (bus == NULL || modbus_set_slave(bus, 1) != 0 || modbus_connect(bus) != 0) exit(2);
  return bus;
}

static void *read_on(void *done) {
  modbus_t *bus = open_bus();
  uint16_t words[MODBUS_MAX_READ_REGISTERS];
  double end = now() + seconds;
  long count = 0;
  // The clock is no part of a request.
  while (count % 16 != 0 || now() < end) {
    if (modbus_read_input_registers(bus, 10, registers, words) != registers) exit(3);
    count++;
  }
  modbus_close(bus);
  *(long *)done = count;
  return NULL;
}

static long with_threads(int connections) {
  pthread_t threads[MOST];
  long counts[MOST], sum = 0;
  for (int i = 0; i < connections; i++) pthread_create(&threads[i], NULL, read_on, &counts[i]);
  for (int i = 0; i < connections; i++) {
    pthread_join(threads[i], NULL);
    sum += counts[i];
  }
  return sum;
}

static long with_poll(int connections) {
  modbus_t *buses[MOST];
  struct pollfd polled[MOST];
  uint8_t request[] = {1, MODBUS_FC_READ_INPUT_REGISTERS, 0, 10, 0, (uint8_t)registers};
  uint8_t answer[MODBUS_TCP_MAX_ADU_LENGTH];
  for (int i = 0; i < connections; i++) {
    buses[i] = open_bus();
    polled[i] = (struct pollfd){.fd = modbus_get_socket(buses[i]), .events = POLLIN};
    if (modbus_send_raw_request(buses[i], request, sizeof request) < 0) exit(3);
  }
  double end = now() + seconds;
  long count = 0;
  while (now() < end) {
    if (poll(polled, connections, 1000) <= 0) exit(4);
    for (int i = 0; i < connections; i++) {
      if (polled[i].revents == 0) continue;
      if (modbus_receive_confirmation(buses[i], answer) != 9 + 2 * registers) exit(5);
      uint16_t words[MODBUS_MAX_READ_REGISTERS];
      for (int at = 0; at < registers; at++) words[at] = answer[9 + 2 * at] << 8 | answer[10 + 2 * at];
      if (words[0] != 10) exit(6);
      count++;
      if (modbus_send_raw_request(buses[i], request, sizeof request) < 0) exit(3);
    }
  }
  return count;
}

int main(int argc, char **argv) {
  if (argc != 6) return 1;
  port = atoi(argv[1]);
  registers = atoi(argv[2]);
  seconds = atof(argv[3]);
  int connections = atoi(argv[4]);
  if (connections < 1 || connections > MOST) return 1;
  double started = now();
  long count = strcmp(argv[5], "poll") == 0 ? with_poll(connections) : with_threads(connections);
  printf("%.0f\n", count / (now() - started));
  return 0;
}
