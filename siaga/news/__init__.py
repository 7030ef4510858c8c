"""Good news, the newest first, never the same to a person twice."""

from siaga.news.items import NewsFileError, NewsItem, load_news, read_news
from siaga.news.telling import tell_next

__all__ = ["NewsFileError", "NewsItem", "load_news", "read_news", "tell_next"]
