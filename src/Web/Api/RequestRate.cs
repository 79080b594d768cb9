using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using MuSc.Web.Access;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>How many requests a key may make.</summary>
internal static class RequestRate
{
    public const string Policy = "key";

    private const int Burst = 4;

    public static void Configure(RateLimiterOptions limiter, WebOptions options)
    {
        limiter.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(context.User.Owner(), _ => new()
        {
            TokenLimit = options.RequestsPerSecond * Burst,
            TokensPerPeriod = options.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
        limiter.OnRejected = async (rejected, cancellationToken) => await ApiProblem.TooMany(
            nameof(WebOptions.RequestsPerSecond),
            $"More than {options.RequestsPerSecond} requests a second ({WebOptions.Section}:{nameof(WebOptions.RequestsPerSecond)}).").WriteAsync(rejected.HttpContext);
    }
}
