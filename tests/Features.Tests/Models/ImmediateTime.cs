namespace MuSc.Features.Tests.Models;

/// <summary>A clock whose pauses end at once; it notes how long they should have been.</summary>
internal sealed class ImmediateTime : TimeProvider
{
    public List<TimeSpan> Pauses { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Pauses.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
