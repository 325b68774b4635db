#include "cmysql.h"
