using System.Globalization;
using System.Text;

namespace MuSc.Engine.Tests.Tiles;

public sealed class ScaleModelTests
{
    private static readonly int[] Nodes = [4, 8, 16, 32, 64, 128, 256];

    [Fact]
    public void Run_SixtyFourNodes_SharesWorkAndTraffic()
    {
        ScaleFigures figures = new ScaleModel(2048, 4, 64).Run(ScaleOrder.Quorum);
        Assert.True(figures.Imbalance <= 0.05, $"imbalance {figures.Imbalance:P2}");
        Assert.True(figures.Ratio <= 1.3, $"mean traffic {figures.Ratio:F3} times the bound");
        Assert.True(figures.WorstRatio <= 1.3, $"worst traffic {figures.WorstRatio:F3} times the bound");
    }

    [Fact]
    public void Run_SixteenNodesOfEightThreads_TouchesNoMoreBlocksThanOneThreadEach()
    {
        ScaleFigures threads = new ScaleModel(2048, 4, 16, Threads: 8).Run(ScaleOrder.Quorum);
        Assert.True(threads.Blocks <= 0.35, $"{threads.Blocks:P0} of the blocks");
        Assert.True(threads.Ratio <= 1.3, $"mean traffic {threads.Ratio:F3} times the bound");
    }

    [Fact]
    public void Documentation_HasTheTableOfTheModel()
    {
        string path = Path.Combine(Shared.Root, "docs", "scale.md");
        string table = Table();
        if (Environment.GetEnvironmentVariable("MUSC_WRITE_DOCS") == "1")
        {
            string text = File.ReadAllText(path);
            int begin = text.IndexOf("<!-- table -->", StringComparison.Ordinal);
            int end = text.IndexOf("<!-- end of table -->", StringComparison.Ordinal);
            File.WriteAllText(path, text[..begin] + "<!-- table -->\n" + table + text[end..]);
        }

        Assert.Contains(table, File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static string Table()
    {
        StringBuilder table = new();
        table.Append("| images | nodes | order | imbalance | blocks a node | features a node | minima a node | bound | mean / bound | worst / bound | makespan / ideal |\n");
        table.Append("|---|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (int nodes in Nodes)
        {
            ScaleModel model = new(2048, nodes > 64 ? 2 : 4, nodes);
            Add(model, ScaleOrder.Quorum, "quorum");
            Add(model, ScaleOrder.Rows, "row by row");
        }

        ScaleModel threads = new(2048, 4, 16, Threads: 8);
        Add(threads, ScaleOrder.Quorum, "quorum");
        Add(threads, ScaleOrder.Threads, "quorum over threads");
        Add(threads, ScaleOrder.Rows, "row by row");
        return table.ToString();

        void Add(ScaleModel model, ScaleOrder order, string name)
        {
            ScaleFigures figures = model.Run(order);
            string nodes = model.Threads == 1 ? $"{model.Nodes}" : $"{model.Nodes} × {model.Threads} threads";
            table.Append(CultureInfo.InvariantCulture,
                $"| {model.Images} | {nodes} | {name} | {figures.Imbalance:P2} | {figures.Blocks:P0} | {figures.Features / 1e9:F2} GB | {figures.Minima / 1e9:F2} GB | {figures.Bound / 1e9:F2} GB | {figures.Ratio:F2} | {figures.WorstRatio:F2} | {figures.Makespan:F3} |\n");
        }
    }
}
