"""A cache whose absence costs time, never an answer."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class FailOpenRedisCache(RedisCache):
    """Redis down means a miss on reading and nothing on writing."""

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._try(super().get, default, key, default, version=version)

    def get_many(self, keys: Any, version: Any = None) -> Any:
        return self._try(super().get_many, {}, keys, version=version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._try(super().set, None, key, value, *args, **kwargs)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().set_many, [], data, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().add, True, key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().touch, False, key, *args, **kwargs)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self._try(super().delete, False, key, version=version)

    def has_key(self, key: Any, version: Any = None) -> Any:
        return self._try(super().has_key, False, key, version=version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._try(super().incr, delta, key, delta, version=version)

    def _try(self, call: Any, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("the cache did not answer: %s", error)
            return otherwise
