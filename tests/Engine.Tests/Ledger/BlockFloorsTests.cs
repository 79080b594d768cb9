using MuSc.Engine.Ledger;

namespace MuSc.Engine.Tests.Ledger;

public sealed class BlockFloorsTests
{
    [Theory]
    [InlineData(0.5f)]
    [InlineData(-0.5f)]
    [InlineData(0.1f)]
    [InlineData(0.99951f)]
    [InlineData(-0.00001f)]
    [InlineData(1e-30f)]
    [InlineData(0f)]
    [InlineData(1f)]
    public void A_floor_lies_below_its_dot_product_and_close_to_it(float dot)
    {
        float floor = (float)BlockFloors.Below(dot);
        Assert.True(floor < dot);
        Assert.InRange(dot - floor, 0, 0.001f);
    }

    [Fact]
    public void Where_everything_matters_it_stays_so()
    {
        Assert.Equal(Half.NegativeInfinity, BlockFloors.Below(float.NegativeInfinity));
    }
}
